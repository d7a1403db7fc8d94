// What both clients ask, as their documents: types of answers and variables are generated.
import { graphql } from "../generated/gql.js";

export const CanItComeBack = graphql(`
  query CanItComeBack($lines: [EligibilityLineInput!]!) {
    eligibility(lines: $lines) {
      answer
      lastDay
      returnShippingPaidBy
      settlement {
        net {
          amount
          currency
        }
      }
    }
  }
`);

export const RequestReturn = graphql(`
  mutation RequestReturn($input: RequestReturnInput!) {
    requestReturn(input: $input) {
      __typename
      ... on ReturnRequested {
        returns {
          number
          state
        }
      }
      ... on InputProblem {
        code
        message
      }
    }
  }
`);

export const Returns = graphql(`
  query Returns($first: Int!, $after: String) {
    returns(first: $first, after: $after, sort: OLDEST) {
      nodes {
        number
        state
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`);

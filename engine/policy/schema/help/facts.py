"""Says what each fact and each field of an outcome means; see `help`."""

from __future__ import annotations

from typing import Final

from engine.policy.schema.help.sentences import said

_DEADLINES: Final = said("""
    state: Whether the main deadline is met: `in_time`, `late`, `early`, `pending` and so on.
    last_day: The last good day of the main deadline.
    first_day: The first good day of the main deadline.
    days_left: Days from the event to the last day; -1 is one day late.
    days_since_open: Days since the first good day, which is 0.
    days_allowed: Days that the main deadline gives.
    row: The row of the main deadline that applied.
""")

_FOUND: Final = said("""
    deadlines: Whether any deadline is `early`, `late`, `silent` or `disputed`.
    answer: What the return is answered.
    code: Why, as a code.
    missing: What is needed and not there.
    failed: The demands that are not met.
    remedy: What the claimant is given.
    timing: When the claimant is given it.
    goods: What becomes of the goods.
    goods_to: Where the goods go.
    return_paid_by: Who pays the way back.
    label_by: Who makes the label.
    base: What the return is worth.
    fee_total: All fees that are deducted.
""")

FACTS: Final = {
    **_DEADLINES,
    **_FOUND,
    **said("""
    ordered: The day of the order.
    invoiced: The day of the invoice.
    shipped: The day of handing the goods to the carrier.
    departed: The day on which they left the warehouse.
    fulfilled: The day of being marked fulfilled.
    promised: The day of the delivery that was promised or estimated.
    delivered: The day of delivery.
    first_delivered: The day on which the first of several parcels came.
    last_delivered: The day on which the last of several parcels came.
    released: The day of release, of a pre-order.
    installed: The day of installation.
    informed: The day of telling the consumer of the right to withdraw.
    expires: The day on which the goods expire.
    requested: The day of asking for the return.
    request_sent: The day on which the request was sent; `requested` if not sent.
    request_received: The day on which the request arrived.
    reported_to_retailer: The day on which the consumer told the retailer.
    rma_issued: The day of the authorisation.
    label_received: The day on which the label came.
    shipped_back: The day of handing the goods over for the way back.
    received_back: The day on which they arrived.
    return_by: The day that is printed on the papers.
    seller_acted: The day of the seller's step.
    partner_replied: The day of the other side's answer.
    repair_asked: The day of asking for a repair.
    repair_done: The day of having the goods back from repair.
    now: Today; `requested` if not sent.
    category: What kind of goods they are.
    brand: Their brand.
    sku: Their article number.
    label: The label under which they are sold.
    place: Where the goods are.
    mobile_carrier: The carrier of a phone.
    fulfilment: How the order was fulfilled: `drop_ship`, `stock_order` and so on.
    programme: The programme under which they are sold.
    inspection: What the inspection found.
    order_status: The status of the order: `pending`, `shipped` and so on.
    legal_basis: `withdrawal`, `warranty`, `goodwill` and so on.
    wanted: The remedy that is wished for.
    partner_choice: What a partner chose.
    seller_action: What the seller did.
    supplier_decision: What the supplier decided: `approved`, `declined` and so on.
    refund_to: Where the money should go.
    buyer_type: Who bought: `consumer`, `business` and so on.
    sold_by: Who sold the goods.
    country: The country of the sale (ISO 3166).
    return_country: The country where the goods are handed in (ISO 3166).
    purchase_region: The state or region of the sale.
    return_region: The state or region of the return.
    channel: Where it was bought: `online`, `store`.
    request_channel: How the return was asked for.
    return_channel: How the goods come back: `mail`, `store`.
    return_route: Which route the goods take.
    membership: The buyer's tier.
    payment_method: How it was paid: `credit_card`, `cash`, `net_terms` and so on.
    label_used: Which label was used: `prepaid` and so on.
    informed_state: Whether the consumer was informed: `in_time`, `late`, `never`.
    retailer: Which retailer sold the goods.
    difference_paid_with: How a difference in price is paid.
    tags: Anything else about the goods or the sale: `custom_made`, `clearance`, `hazmat` and so on.
    evidence: What is there: papers, photos, authorisations.
    lacking: What is known to be missing.
    condition: The state of the goods, best first.
    packaging: The state of the box.
    reason: Why the goods come back.
    quantity: How many units come back; 1 if not sent.
    quantity_ordered: How many units were ordered.
    case_pack: How many units a case holds.
    loose_units: Units that are left over after full cases.
    usage_minutes: Minutes of use.
    trial_night: The night of the trial.
    order_lines: Lines of the order.
    returned_lines: Lines of the order that came back.
    line_count: Lines of this return.
    refused_lines: Lines of this return that are refused.
    power_kva: Power in kVA.
    screen_inches: Size of the screen in inches.
    carat: Weight in carats.
    discount_percent: The discount in percent.
    final_sale: It was sold as final sale.
    opened: The goods were opened.
    seal_intact: The seal is not broken.
    tags_attached: The tags are still on.
    accessories_complete: All accessories are there.
    set_complete: The whole set is there.
    exchange_same_product: The exchange is for the same product.
    exchange_in_stock: What is wanted in exchange is in stock.
    customer_confirmed: The customer confirmed it.
    via_platform: It was asked for through the platform.
    first_order_with_brand: It is the first order with this brand.
    recipient_present: The recipient was there at delivery.
    return_cost_informed: The consumer was told to bear the cost of the return.
    exclusion_confirmed: The consumer agreed to the exclusion.
    whole_order_back: The whole order comes back.
    unit_price: The price of one unit that the claimant paid.
    item_price: The price that the claimant paid for the line: `unit_price` times `quantity`.
    retail_price: The price that the consumer paid.
    current_price: The price today.
    list_price: The list price.
    lowest_price_365d: The lowest price of the last year.
    discount: The discount that was given.
    order_total: The total of the order.
    return_value: The value of all lines of the return.
    job_value: The value of the job.
    missing_value: The value of missing parts.
    kept_gift_value: The value of gifts that are kept.
    core_charge: The deposit for an old part.
    outbound_paid: What was paid for shipping to the consumer.
    outbound_standard: What standard shipping would have cost.
    outbound_freight: The freight to the consumer.
    label_cost: The cost of the label.
    incident_cost: The cost of the whole incident.
    labour_cost: The cost of labour.
    manufacturer_charge: What the manufacturer charges.
    seller_costs: The costs of the seller.
    amount_spent: What was spent.
    gift_card_balance: What is left on the gift card.
    prior_12m_purchases: What the claimant bought in the last twelve months.
    price_difference: The new price less the old one; may be below zero.
    """),
}

OUTCOME: Final = {
    **_DEADLINES,
    **_FOUND,
    **said("""
    choice: The remedies of which one is picked.
    reshipment_paid_by: Who pays for sending goods out again.
    net: What the claimant gets in money.
    percent: The share of the value that is given.
    outbound_refunded: The outbound shipping that is given back.
    decided_by: Ids of rows that decided, in any topic.
    requires: Evidence that must be there.
    subject_to: Steps that are still to come.
    open: What could not be judged yet.
    to_settle: The questions for a person.
    curable: The claimant can mend it and ask again.
    belongs_to: The party whose claim it is.
    readings: What each reading answers.
    unsettled: The row whose readings are not settled for good.
    on_silence: What holds because a party did nothing.
    chosen_by: Who picks.
    fees: All fees by their name; `none` for none.
    waived: The fees that are not taken after all.
    sentence: The sentence for the consumer.
    lines: What is expected of each line.
    publish: `accepted` or `refused`: whether the policy itself could be published.
    """),
}

// Types of every document in src/, by what the server says of its own schema.
import type { CodegenConfig } from "@graphql-codegen/cli";

const headers = { authorization: `Bearer ${process.env.TAKEBACK_KEY}` };

const config: CodegenConfig = {
  schema: [{ [`${process.env.TAKEBACK_URL}/graphql`]: { headers } }],
  documents: ["src/*.ts"],
  emitLegacyCommonJSImports: false,
  importExtension: ".js",
  generates: {
    "generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        enumType: "native",
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          Currency: "string",
          Date: "string",
          DateTime: "string",
          Decimal: "string",
          JSON: "unknown",
          MinorUnits: "number",
          URL: "string",
        },
      },
    },
  },
};

export default config;

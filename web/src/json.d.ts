declare module "*policy.schema.json" {
  const schema: Record<string, unknown>;
  export default schema;
}

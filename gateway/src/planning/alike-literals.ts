import { type GraphQLInputType, getNamedType, isEnumType, Kind, type ValueNode } from 'graphql';

/** Whether every planner writes a value as clients do. Of those whose type is not known, enum names are taken for those of enums. */
export function isWrittenAlike(value: ValueNode, type?: GraphQLInputType): boolean {
  switch (value.kind) {
    case Kind.NULL:
    case Kind.BOOLEAN:
    case Kind.VARIABLE:
      return true;
    case Kind.ENUM:
      return type === undefined || isEnumType(getNamedType(type));
    case Kind.INT:
      return Number.isSafeInteger(Number(value.value)) && String(Number(value.value)) === value.value;
    case Kind.STRING:
      return value.block !== true && plainText.test(value.value);
    case Kind.LIST:
      return value.values.every((each) => isWrittenAlike(each, type));
    case Kind.FLOAT:
    case Kind.OBJECT:
      return false;
  }
}

/** Printable ASCII without quotes and backslashes. */
const plainText = /^[ !#-[\]-~]*$/;

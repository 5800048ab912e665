/** The nil UUID (RFC 9562 §5.9): where people are before the first workspace is made, and whoever belongs to none. */
export const noWorkspaceId = '00000000-0000-0000-0000-000000000000';

-- Which secrets the data of this installation was made with: a start with others is refused before it retires, replaces or
-- loses anything (decision 92). One row; read with pg, so it is not in schema.prisma.
CREATE SCHEMA IF NOT EXISTS platform;

CREATE TABLE platform.secrets (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  fingerprint text NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT now()
);

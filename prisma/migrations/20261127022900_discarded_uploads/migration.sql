-- An upload that is being discarded exists for nobody any more; its row names what is left of it in the object store until that is freed.
ALTER TABLE files.upload ADD COLUMN discarded boolean NOT NULL DEFAULT false;

-- Which marks were made by an erasure, and which only for the time of a removal: one person's name may be another's, and the end of a removal must
-- not take the mark of somebody who was erased.
ALTER TABLE subject_mark ADD COLUMN stays boolean NOT NULL DEFAULT false;
UPDATE subject_mark SET stays = true;

"""The place's configuration as one whole: checked, compared, changed by revisions, and written as a pack again."""

-- A change that took up a suggestion is a person's like any other; the trail says where the idea came from, so that a hit rate made
-- of nods can be told from one made of decisions.
alter table action
    drop constraint action_kind_check,
    add constraint action_kind_check check (kind in
        ('change', 'suggestion', 'comment', 'split', 'merge', 'undo', 'wake', 'part', 'rule'));

-- Suggestions read the trail on in the order of actions and of the events of each: by this index without sorting what is still to
-- come. It serves all that the one by action alone did.
create index finding_event_in_order on finding_event (action_id, id) where action_id is not null;
drop index finding_event_of_action;

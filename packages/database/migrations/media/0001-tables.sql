-- The library, its stores and what both last agreed on. Always in the schema `syncwatch`, which this set owns.
SELECT 1;

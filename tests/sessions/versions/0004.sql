BEGIN TRANSACTION;
CREATE TABLE accounts (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	folded VARCHAR(400) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	person_id VARCHAR(32), 
	password_hash TEXT NOT NULL, 
	added_at DATETIME NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (id), 
	CONSTRAINT fk_accounts_person_id FOREIGN KEY(person_id) REFERENCES persons (id) ON DELETE CASCADE, 
	CONSTRAINT uq_accounts_folded UNIQUE (folded)
);
INSERT INTO "accounts" VALUES('acc00000000000000000000000000001','Åsa','åsa','patient','9e450000000000000000000000000001','$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g','2026-11-22 12:00:00.000000');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE annotations (
	id INTEGER NOT NULL, 
	set_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	truth JSON NOT NULL, 
	CONSTRAINT pk_annotations PRIMARY KEY (id), 
	CONSTRAINT fk_annotations_set_id FOREIGN KEY(set_id) REFERENCES sets (id) ON DELETE CASCADE
);
INSERT INTO "annotations" VALUES(1,1,'2027-03-01 11:00:00.000000','Bea','{"exercise": "heel-slides", "reps": []}');
CREATE TABLE audit (
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	doing VARCHAR(20) NOT NULL, 
	what VARCHAR(100) NOT NULL, 
	person_id VARCHAR(32), 
	session_id VARCHAR(32), 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (number), 
	CONSTRAINT uq_audit_previous UNIQUE (previous)
);
INSERT INTO "audit" VALUES(1,'2026-11-22 12:00:00.000000','9e450000000000000000000000000001','patient','view','session','9e450000000000000000000000000001','5e551000000000000000000000000001','0000000000000000000000000000000000000000000000000000000000000000','bd33d9ea34c919e2a9c801ecffbe8b8b0740d9edd4f365a43ffee780ddb92107');
CREATE TABLE changes (
	id INTEGER NOT NULL, 
	session_id VARCHAR(32) NOT NULL, 
	at DATETIME NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	why TEXT NOT NULL, 
	change JSON NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (id), 
	CONSTRAINT fk_changes_session_id FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);
INSERT INTO "changes" VALUES(1,'5e551000000000000000000000000001','2027-03-01 11:00:00.000000','Dr. O''Brien','too short','{"type": "reject", "event": "m1"}');
CREATE TABLE chunks (
	session_id VARCHAR(32) NOT NULL, 
	first_s DOUBLE NOT NULL, 
	last_s DOUBLE NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	model TEXT NOT NULL, 
	software JSON NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_chunks PRIMARY KEY (session_id, first_s), 
	CONSTRAINT fk_chunks_session_id FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);
INSERT INTO "chunks" VALUES('5e551000000000000000000000000001',0.0,6.66666666666666657414e-02,640,352,'full','{"repose": "0.1.0", "mediapipe": "0.10.33", "model_sha256": "5134a3aa"}',X'010300000024D76EB328B52FFD60840B2D010090000011A13F11B13F00C02000003F7F403F3F06001341A527EA2A3C23F803C8807B078005');
INSERT INTO "chunks" VALUES('5e551000000000000000000000000001',1.0,1.06666666666666665186e+00,640,352,'full','{"repose": "0.1.0", "mediapipe": "0.10.33", "model_sha256": "5134a3aa"}',X'0103000000781ABBF728B52FFD60840B650100E8000000000000F03F898888888888F03F11F13F00C02000003F7F403F3F04001341A527EA2A3C23F8A30096');
CREATE TABLE persons (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	added_at DATETIME NOT NULL, 
	CONSTRAINT pk_persons PRIMARY KEY (id), 
	CONSTRAINT uq_persons_name UNIQUE (name)
);
INSERT INTO "persons" VALUES('9e450000000000000000000000000001','Zoë "🦵" <b>李</b>','2027-03-01 11:00:00.000000');
CREATE TABLE prescriptions (
	id INTEGER NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	since DATETIME NOT NULL, 
	programme JSON NOT NULL, 
	CONSTRAINT pk_prescriptions PRIMARY KEY (id), 
	CONSTRAINT fk_prescriptions_person_id FOREIGN KEY(person_id) REFERENCES persons (id) ON DELETE CASCADE
);
INSERT INTO "prescriptions" VALUES(1,'9e450000000000000000000000000001','2027-02-28 12:00:00.000000','{"items": [{"exercise": "heel-slides", "sets": 1, "reps": 5, "hold_s": 0.0, "rest_s": 15.0, "sides": []}]}');
CREATE TABLE reps (
	id INTEGER NOT NULL, 
	set_id INTEGER NOT NULL, 
	side VARCHAR(5) NOT NULL, 
	start_s DOUBLE NOT NULL, 
	peak_s DOUBLE NOT NULL, 
	end_s DOUBLE NOT NULL, 
	hold_start_s DOUBLE NOT NULL, 
	hold_s DOUBLE NOT NULL, 
	peak JSON NOT NULL, 
	angle_deg DOUBLE, 
	excursion DOUBLE NOT NULL, 
	confidence DOUBLE NOT NULL, 
	faults JSON NOT NULL, 
	decided_s DOUBLE NOT NULL, 
	reason TEXT, 
	CONSTRAINT pk_reps PRIMARY KEY (id), 
	CONSTRAINT fk_reps_set_id FOREIGN KEY(set_id) REFERENCES sets (id) ON DELETE CASCADE
);
INSERT INTO "reps" VALUES(1,1,'left',2.0,3.0,5.0,2.8,0.4,'{"knee_flexion": 95.25, "hip_flexion": 41.0}',95.25,0.97,0.9,'["too_fast"]',5.0,NULL);
INSERT INTO "reps" VALUES(2,1,'left',6.0,7.0,9.0,6.8,0.4,'{"knee_flexion": 95.25, "hip_flexion": 41.0}',95.25,0.97,0.9,'[]',9.0,'not_far_enough');
CREATE TABLE "sessions" (
	id VARCHAR(32) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	origin VARCHAR(20) NOT NULL, 
	source TEXT NOT NULL, 
	begun_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	programme JSON, 
	model TEXT NOT NULL, 
	software JSON NOT NULL, 
	video TEXT, 
	purpose VARCHAR(20) NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT fk_sessions_person_id FOREIGN KEY(person_id) REFERENCES persons (id) ON DELETE CASCADE
);
INSERT INTO "sessions" VALUES('5e551000000000000000000000000001','9e450000000000000000000000000001','live','camera 0','2027-03-01 12:00:00.000000',NULL,'{"items": [{"exercise": "heel-slides", "sets": 1, "reps": 5, "hold_s": 0.0, "rest_s": 15.0, "sides": []}]}','full','{"repose": "0.1.0", "mediapipe": "0.10.33", "model_sha256": "5134a3aa"}',NULL,'exercise');
INSERT INTO "sessions" VALUES('5e551000000000000000000000000002','9e450000000000000000000000000001','video','clip.mp4','2027-03-02 12:00:00.000000','2027-03-02 12:01:00.000000',NULL,'full','{"repose": "0.1.0", "mediapipe": "0.10.33", "model_sha256": "5134a3aa"}','clip.mp4','calibration');
CREATE TABLE "sets" (
	id INTEGER NOT NULL, 
	session_id VARCHAR(32) NOT NULL, 
	position INTEGER NOT NULL, 
	exercise VARCHAR(40) NOT NULL, 
	prescribed VARCHAR(5) NOT NULL, 
	number INTEGER NOT NULL, 
	"of" INTEGER NOT NULL, 
	target INTEGER, 
	hold_s DOUBLE NOT NULL, 
	begun_s DOUBLE NOT NULL, 
	thresholds JSON NOT NULL, 
	fingerprint VARCHAR(12) NOT NULL, 
	ended_s DOUBLE, 
	skipped BOOLEAN NOT NULL, 
	counted_from JSON NOT NULL, 
	unmeasured JSON NOT NULL, 
	"view" TEXT, 
	profiles JSON NOT NULL, 
	definition JSON, 
	CONSTRAINT pk_sets PRIMARY KEY (id), 
	CONSTRAINT fk_sets_session_id FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);
INSERT INTO "sets" VALUES(1,'5e551000000000000000000000000001',0,'heel-slides','left',1,2,5,0.0,1.5,'{"rest_deg": 5.0, "rest_from_deg": -20.0, "rest_to_deg": 38.0, "target_deg": 108.0, "opposite_deg": null, "complete_share": 0.64, "one_side_share": null, "own_best_share": 0.7, "partial_share": 0.15, "leave_share": 0.12, "return_share": 0.3, "still_deg": 5.0, "shortest_rep_s": 0.8, "longest_rep_s": 120.0, "hold_deg": 5.0, "hold_share": 0.1, "hold_dropout_s": 0.5, "hold_least_s": 0.0, "feet_end_deg": 60.0, "head_end_deg": 60.0, "turn_deg": 0.0, "guards": {"thigh_too_high": 95.0, "thigh_up_at_start": 35.0}, "faults": {"heel_lifts": 0.35, "not_straightened": 20.0, "too_fast": 1.5, "jerky": 2.0}}','4b51a73d4e12',12.5,0,'[0.25]','[[9.5, 11.0, "too_dark"]]','from the side','[]',NULL);
INSERT INTO "sets" VALUES(2,'5e551000000000000000000000000001',1,'heel-slides','right',2,2,5,0.0,1.5,'{"rest_deg": 5.0, "rest_from_deg": -20.0, "rest_to_deg": 38.0, "target_deg": 108.0, "opposite_deg": null, "complete_share": 0.64, "one_side_share": null, "own_best_share": 0.7, "partial_share": 0.15, "leave_share": 0.12, "return_share": 0.3, "still_deg": 5.0, "shortest_rep_s": 0.8, "longest_rep_s": 120.0, "hold_deg": 5.0, "hold_share": 0.1, "hold_dropout_s": 0.5, "hold_least_s": 0.0, "feet_end_deg": 60.0, "head_end_deg": 60.0, "turn_deg": 0.0, "guards": {"thigh_too_high": 95.0, "thigh_up_at_start": 35.0}, "faults": {"heel_lifts": 0.35, "not_straightened": 20.0, "too_fast": 1.5, "jerky": 2.0}}','4b51a73d4e12',NULL,0,'[]','[]',NULL,'[]',NULL);
INSERT INTO "sets" VALUES(3,'5e551000000000000000000000000002',0,'ankle-pumps','auto',1,1,NULL,0.0,1.5,'{"rest_deg": -18.0, "rest_from_deg": -60.0, "rest_to_deg": 10.0, "target_deg": 20.0, "opposite_deg": -45.0, "complete_share": 0.37, "one_side_share": 0.28, "own_best_share": 0.7, "partial_share": 0.12, "leave_share": 0.09, "return_share": 0.5, "still_deg": 5.0, "shortest_rep_s": 0.7, "longest_rep_s": 60.0, "hold_deg": 5.0, "hold_share": 0.1, "hold_dropout_s": 0.5, "hold_least_s": 0.0, "feet_end_deg": 24.0, "head_end_deg": 60.0, "turn_deg": 0.0, "guards": {"knee_moves": 30.0, "thigh_moves": 30.0, "thigh_up": 40.0}, "faults": {"not_pulled_up": 22.0, "not_pointed": 18.0, "knee_bends": 20.0, "too_fast": 1.2}}','6c18d6cf9aa0',NULL,0,'[]','[]',NULL,'[["clinic", 2], ["Åsa", 5]]',NULL);
CREATE TABLE settings (
	"key" VARCHAR(100) NOT NULL, 
	value JSON NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY ("key")
);
INSERT INTO "settings" VALUES('retention','{"recordings_days": 30, "sessions_days": null}');
CREATE INDEX ix_prescriptions_person_id ON prescriptions (person_id);
CREATE INDEX ix_changes_session_id ON changes (session_id);
CREATE INDEX ix_reps_set_id ON reps (set_id);
CREATE INDEX ix_annotations_set_id ON annotations (set_id);
CREATE INDEX ix_sessions_person_id_begun_at ON sessions (person_id, begun_at);
CREATE INDEX ix_sessions_begun_at ON sessions (begun_at);
CREATE INDEX ix_sets_exercise ON sets (exercise);
CREATE INDEX ix_sets_session_id ON sets (session_id);
CREATE INDEX ix_accounts_person_id ON accounts (person_id);
CREATE INDEX ix_audit_person_id ON audit (person_id);
COMMIT;

/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.approval.jdbc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalState;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A process that runs approved calls until none is left. What a call does is a row in the
 * table {@code effect}. {@link ApprovalCrashTests} starts it, and kills it.
 */
final class CallRunner {

	/** So that the other process wants the same calls. */
	private static final int BATCH = 20;

	/** One in so many fails. */
	private static final int FAILURES = 25;

	private final JdbcApprovalStore store;

	private final JdbcTemplate effects;

	private final String process;

	private CallRunner(HikariDataSource dataSource, String process) {
		this.store = new JdbcApprovalStore(dataSource);
		this.effects = new JdbcTemplate(dataSource);
		this.process = process;
	}

	/**
	 * Run calls.
	 * @param arguments the address of the database, and what this process is called
	 */
	public static void main(String[] arguments) {
		try (HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl(arguments[0]);
			dataSource.setUsername("postgres");
			dataSource.setMaximumPoolSize(2);
			new CallRunner(dataSource, arguments[1]).run();
		}
	}

	private void run() {
		for (List<Approval> approved = next(); !approved.isEmpty(); approved = next()) {
			for (Approval each : approved) {
				run(each);
			}
		}
	}

	private List<Approval> next() {
		List<Approval> approved = new ArrayList<>(this.store.findByState("agt_1", ApprovalState.APPROVED, BATCH));
		Collections.shuffle(approved);
		return approved;
	}

	private void run(Approval approved) {
		Approval running = step(approved, ApprovalState.RUNNING, null);
		if (!this.store.replace(approved, running)) {
			return;
		}
		say("taken");
		boolean fails = Math.floorMod(approved.id().hashCode(), FAILURES) == 0;
		if (!fails) {
			this.effects.update("insert into effect (call, process) values (?, ?)", approved.id(), this.process);
			say("did it");
		}
		if (!this.store.replace(running, step(running, fails ? ApprovalState.FAILED : ApprovalState.DONE, "result"))) {
			throw new IllegalStateException("Somebody else went on with " + approved.id());
		}
		say("kept");
	}

	/**
	 * Whoever waits for a line may kill this process after it.
	 */
	private static void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

	/**
	 * With the process in the place of the task, so that a test knows who ran it.
	 */
	private Approval step(Approval last, ApprovalState state, @Nullable String result) {
		return new Approval(last.id(), last.version() + 1, state, last.call(), last.reason(), last.impact(),
				last.audiences(), last.capabilities(), last.conversationId(), true, last.reference(), this.process,
				last.requestedAt(), last.expiresAt(), last.decidedAt(), last.approvedBy(), last.agentMessage(),
				state.isFinal() ? Instant.now() : null, result);
	}

}

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
package dev.lumoauth.spring.approval.process;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import com.zaxxer.hikari.HikariDataSource;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.approval.jdbc.JdbcApprovalStore;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.guard.CallArguments;

/**
 * A replica that {@link ApprovalReplicasTests} starts, and kills at a given moment: while
 * it asks a person, after it has asked, or while its listener continues a call.
 */
final class DyingReplica {

	private static final ApprovalRule RULE = new ApprovalRule("Refund {amount}", Impact.HIGH, "", List.of());

	private DyingReplica() {
	}

	/**
	 * Make a call that needs an approval.
	 * @param arguments the address of the database, the amount to refund, and whether the
	 * replica stops while it asks
	 */
	public static void main(String[] arguments) {
		try (HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl(arguments[0]);
			dataSource.setUsername("postgres");
			ScriptedPeople people = new ScriptedPeople().interval(Duration.ofHours(1));
			if (Boolean.parseBoolean(arguments[2])) {
				people.whileAsking(() -> stop("asking"));
			}
			JdbcApprovalStore store = new JdbcApprovalStore(dataSource);
			Approvals approvals = new ApprovalsBuilder("agt_1", () -> people).store(() -> store).events((event) -> {
				if (event instanceof ApprovalDecidedEvent) {
					stop("listening");
				}
			}).build();
			approvals.start();
			try {
				Conversation.call("1", () -> approvals.admit(refund(Integer.parseInt(arguments[1]))));
			}
			catch (ApprovalPendingException ex) {
				stop("asked");
			}
		}
	}

	static CallToApprove refund(int amount) {
		return new CallToApprove("refund", null, null, () -> CallArguments.of(Map.of("amount", amount)),
				ApprovalRequirement.of(RULE), List.of());
	}

	private static void stop(String word) {
		System.out.println(word);
		System.out.flush();
		while (true) {
			LockSupport.park();
		}
	}

}

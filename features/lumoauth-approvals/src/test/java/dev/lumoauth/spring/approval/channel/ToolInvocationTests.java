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

package dev.lumoauth.spring.approval.channel;

import java.util.List;

import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.process.ApprovalsBuilder;
import dev.lumoauth.spring.approval.process.Calls;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.ScriptedPeople;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ToolInvocation}.
 */
class ToolInvocationTests {

	@Test
	void aNameThatSomebodyElseHasChosenCannotLookLikeAnother() {
		ScriptedPeople people = new ScriptedPeople();
		try (Approvals approvals = new ApprovalsBuilder("agt_1", () -> people).build()) {
			Calls.ask(approvals, "bank/\u202Ednufer", "al\u200Bice",
					new ApprovalRule("Pay", Impact.LOW, "", List.of()));
		}
		assertThat(ToolInvocation.of(people.questions().get(0))).containsEntry("identifier", "bank/\uFFFDdnufer")
			.containsEntry("user", "al\uFFFDice");
	}

}

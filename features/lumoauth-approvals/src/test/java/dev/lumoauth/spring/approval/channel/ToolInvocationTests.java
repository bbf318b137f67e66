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

import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.Approvals;
import dev.lumoauth.spring.approval.ApprovalsBuilder;
import dev.lumoauth.spring.approval.CallToApprove;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.guard.CallArguments;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ToolInvocation}.
 */
class ToolInvocationTests {

	@Test
	void aNameThatSomebodyElseHasChosenCannotLookLikeAnother() {
		ScriptedPeople people = new ScriptedPeople();
		try (Approvals approvals = new ApprovalsBuilder("agt_1", () -> people).build()) {
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(() -> approvals
				.admit(new CallToApprove("bank/\u202Ednufer", null, "al\u200Bice", () -> CallArguments.NONE,
						ApprovalRequirement.of(new ApprovalRule("Pay", Impact.LOW, "", List.of())), List.of())));
		}
		assertThat(ToolInvocation.of(people.questions().get(0))).containsEntry("identifier", "bank/\uFFFDdnufer")
			.containsEntry("user", "al\uFFFDice");
	}

}

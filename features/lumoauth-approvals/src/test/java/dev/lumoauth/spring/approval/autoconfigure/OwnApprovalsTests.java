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

package dev.lumoauth.spring.approval.autoconfigure;

import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.process.ApprovalsBuilder;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That the application's own approvals replace those of the default agent.
 */
class OwnApprovalsTests {

	private final ScriptedPeople theirs = new ScriptedPeople();

	private final ScriptedPeople own = new ScriptedPeople();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthApprovalsAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class))
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cr3t")
		.withBean(ScriptedPeople.class, () -> this.theirs)
		.withBean(Bank.class);

	@Test
	void areAskedByTheGuard() {
		this.runner
			.withBean("ownApprovals", Approvals.class, () -> new ApprovalsBuilder("agt_1", () -> this.own).build())
			.run((context) -> {
				assertThat(context).hasSingleBean(LumoAuthApprovals.class);
				assertThatExceptionOfType(ApprovalPendingException.class)
					.isThrownBy(() -> context.getBean(Bank.class).pay());
				assertThat(this.own.questions()).hasSize(1);
				assertThat(this.theirs.questions()).isEmpty();
			});
	}

	@Test
	void areTheAgentsOtherwise() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(ApprovalPendingException.class)
				.isThrownBy(() -> context.getBean(Bank.class).pay());
			assertThat(this.theirs.questions()).hasSize(1);
		});
	}

	static class Bank {

		@RequiresApproval(reason = "Pay")
		public String pay() {
			return "paid";
		}

	}

}

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

package dev.lumoauth.spring.autoconfigure;

import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsAutoConfiguration;
import dev.lumoauth.spring.token.Escalation;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether an application's tokens ask for permissions that servers say are missing.
 */
class EscalationWiringTests {

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthApprovalsAutoConfiguration.class))
		.withPropertyValues("lumoauth.url=http://localhost:1", "lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=s3cret");

	@Test
	void asksForNothingByDefault() {
		this.application
			.run((context) -> assertThat(context.getBean(LumoAuthTokens.class).escalation()).isSameAs(Escalation.NONE));
	}

	@Test
	void asksIfItShall() {
		this.application.withPropertyValues("lumoauth.approvals.escalate=true")
			.run((context) -> assertThat(context.getBean(LumoAuthTokens.class).escalation())
				.isNotSameAs(Escalation.NONE));
	}

}

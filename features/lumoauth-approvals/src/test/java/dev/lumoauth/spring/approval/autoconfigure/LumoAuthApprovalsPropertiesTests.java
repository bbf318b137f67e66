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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Settings that are refused at start.
 */
class LumoAuthApprovalsPropertiesTests {

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withUserConfiguration(Properties.class);

	@Test
	void acceptsTheDefaultsAndTheLimits() {
		this.application.run((context) -> assertThat(context).hasNotFailed());
		this.application
			.withPropertyValues("lumoauth.approvals.ttl=24h", "lumoauth.approvals.keep-results=0s",
					"lumoauth.approvals.after-denial=0s", "lumoauth.approvals.wait=24h",
					"lumoauth.approvals.pollInterval=50ms", "LUMOAUTH_APPROVALS_REDACT_0=iban",
					"lumoauth.approvals.callback-url=https://app.example.com/lumoauth",
					"lumoauth.approvals.max-pending-per-user=1", "lumoauth.approvals.jdbc.initialize-schema=always",
					"lumoauth.approvals.store=jdbc")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "ttl, 0s", "ttl, 25h", "keep-results, -1s", "after-denial, -1s", "wait, -1s", "wait, 25h",
			"poll-interval, 0s", "poll-interval, 11m", "redact, 'iban, '", "approver, ' '", "approver, a\u0000b",
			"approver, ${APPROVER}", "callback-url, foo", "callback-url, ftp://app.example.com/",
			"max-pending-per-user, 0" })
	void refusesWhatIsOutOfRange(String name, String value) {
		this.application.withPropertyValues("lumoauth.approvals." + name + "=" + value)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(BindValidationException.class, (failure) -> {
					assertThat(failure.getValidationErrors().getName())
						.isEqualTo(ConfigurationPropertyName.of("lumoauth.approvals"));
					assertThat(failure.getValidationErrors().getAllErrors()).singleElement()
						.satisfies((error) -> assertThat(error.getDefaultMessage()).startsWith("has "));
				}));
	}

	@Test
	void reportsAllThatIsWrongAtOnce() {
		this.application.withPropertyValues("lumoauth.approvals.ttl=0s", "lumoauth.approvals.wait=-1s")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("above zero and at most 24h")
				.hasMessageContaining("from 0s and at most 24h"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(LumoAuthApprovalsProperties.class)
	static class Properties {

	}

}

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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import java.util.Map;

import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that is to ask people doesn't start without the module.
 */
class MissingApprovalsTests {

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.approvals.channel", "lumoauth.approvals", "lumoauth.Approvals.requestDenied",
			"lumoauth.approvals.redact[0]", "lumoauth.mcp.connections.bank.approval.tools.pay.reason",
			"lumoauth.mcp.connections.bank.approval.tools[*].reason",
			"lumoauth.mcp.connections[my.bank].approval.tools[pay].when",
			"lumoauth.mcp.connections[bank].approval.tools[pay].by-person" })
	void needsTheModule(String property) {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(property, "true")));
		refuses(environment);
	}

	@ParameterizedTest
	@ValueSource(strings = { "LUMOAUTH_APPROVALS_CHANNEL", "LUMOAUTH_APPROVALS_REQUESTDENIED",
			"LUMOAUTH_APPROVALS_REQUEST_DENIED", "LUMOAUTH_MCP_CONNECTIONS_BANK_APPROVAL_TOOLS_PAY_REASON" })
	void aVariableNeedsTheModule(String variable) {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME + "-test", Map.of(variable, "true")));
		refuses(environment);
	}

	private static void refuses(ConfigurableEnvironment environment) {
		assertThatExceptionOfType(InvalidLumoAuthConfigurationException.class)
			.isThrownBy(() -> PropertiesWithoutEffect.check(SetProperties.in(environment), environment,
					new FilteredClassLoader("dev.lumoauth.spring.approval")))
			.satisfies((ex) -> assertThat(ex.problems()).anySatisfy((problem) -> assertThat(problem.action())
				.startsWith("Add the dependency dev.lumoauth:lumoauth-approvals")));
	}

}

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

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthActuatorAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.logging.ConditionEvaluationReportMessage;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code --debug} says about this library's auto-configurations.
 */
class ConditionReportTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"lumoauth.audit.grants=false | ConnectionConfiguration | LumoAuth is not configured. This is for where LumoAuth is configured, or where LumoAuth is configured for named agents only, or where LumoAuth is configured for the callers of the MCP server only",
			"lumoauth.audit.grants=false | NoIdentityConfiguration | LumoAuth is not configured",
			"lumoauth.enabled=false | ConnectionConfiguration | LumoAuth is turned off by lumoauth.enabled=false. This is for where LumoAuth is configured, or where LumoAuth is configured for named agents only, or where LumoAuth is configured for the callers of the MCP server only",
			"lumoauth.enabled=false | NoIdentityConfiguration | LumoAuth is turned off by lumoauth.enabled=false" })
	void saysWhyAConfigurationIsThereOrNot(String property, String configuration, String reason) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
					LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class,
					LumoAuthBudgetAutoConfiguration.class, LumoAuthActuatorAutoConfiguration.class))
			.withPropertyValues(property)
			.run((context) -> {
				ConditionEvaluationReport report = ConditionEvaluationReport.get(context.getBeanFactory());
				Map<String, String> messages = report.getConditionAndOutcomesBySource()
					.entrySet()
					.stream()
					.filter((entry) -> entry.getKey().startsWith("dev.lumoauth."))
					.collect(Collectors.toMap((entry) -> entry.getKey().replaceFirst(".*[.$](?=[A-Z])", ""),
							(entry) -> entry.getValue()
								.stream()
								.map((outcome) -> outcome.getOutcome().getMessage())
								.collect(Collectors.joining("; ")),
							(one, other) -> one));
				assertThat(messages.get(configuration)).isEqualTo("@ConditionalOnActivation " + reason);
				// Nobody knows our constants.
				assertThat(messages.values()).noneMatch((message) -> Stream.of(Activation.values())
					.anyMatch((constant) -> message.contains(constant.name())));
				assertThat(new ConditionEvaluationReportMessage(report).toString()).contains(reason);
			});
	}

}

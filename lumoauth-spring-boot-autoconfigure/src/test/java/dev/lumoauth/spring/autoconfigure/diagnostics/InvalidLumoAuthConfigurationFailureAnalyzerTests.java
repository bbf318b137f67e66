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

import java.util.List;

import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class InvalidLumoAuthConfigurationFailureAnalyzerTests {

	@ParameterizedTest
	@CsvSource({ "lumoauth.client-id is missing., true", "lumoauth.mcp.server.audience is missing., false" })
	void namesTheSwitchOnlyIfTheApplicationStartsWithIt(String problem, boolean named) {
		InvalidLumoAuthConfigurationException failure = mock(InvalidLumoAuthConfigurationException.class);
		given(failure.problems()).willReturn(List.of(new Problem(problem, "Set it.")));
		String action = new InvalidLumoAuthConfigurationFailureAnalyzer(new MockEnvironment()).analyze(failure, failure)
			.getAction();
		assertThat(action).contains("Set it.");
		assertThat(action.contains("lumoauth.enabled=false")).isEqualTo(named);
	}

}

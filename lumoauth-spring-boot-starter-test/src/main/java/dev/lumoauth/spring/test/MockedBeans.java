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

package dev.lumoauth.spring.test;

import java.util.Arrays;

import dev.lumoauth.spring.guard.method.StandIns;
import org.mockito.Answers;
import org.mockito.MockingDetails;
import org.mockito.Mockito;

/**
 * The mocks among the beans. Mockito is asked what it has created, not the name of a
 * class. A spy, or a mock that calls real methods by default, does not count as a mock.
 */
final class MockedBeans implements StandIns {

	@Override
	public boolean contains(Object bean) {
		MockingDetails details = Mockito.mockingDetails(bean);
		return details.isMock() && runsNothing(details.getMockCreationSettings().getDefaultAnswer());
	}

	/**
	 * A custom answer of the test may do anything.
	 */
	private static boolean runsNothing(Object defaultAnswer) {
		return defaultAnswer != Answers.CALLS_REAL_METHODS
				&& Arrays.stream(Answers.values()).anyMatch((answer) -> answer == defaultAnswer);
	}

}

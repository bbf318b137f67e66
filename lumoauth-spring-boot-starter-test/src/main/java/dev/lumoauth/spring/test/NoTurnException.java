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

import java.io.Serial;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * LumoAuth is asked by code that does not belong to the test whose turn it is. There is
 * no answer, since the current answers are those of another test.
 */
final class NoTurnException extends LumoAuthUnavailableException {

	@Serial
	private static final long serialVersionUID = 1L;

	private static final String RULE = " LumoAuth's answers belong to one test, from its @BeforeEach methods to its "
			+ "@AfterEach methods";

	private NoTurnException(String message) {
		super(message, null);
	}

	static NoTurnException noTest() {
		return new NoTurnException("No test with @WithAgent has its turn." + RULE
				+ ": work that continues after its test, or between tests, gets no answer. Let the test wait "
				+ "until the work that it starts has ended.");
	}

	static NoTurnException of(ThreadTurn thread) {
		return new NoTurnException((thread.turn() != null)
				? "The test " + thread + " has ended, but work that it started is still running." + RULE
						+ ". Let the test wait until the work that it starts has ended."
				: "This is code of " + thread + " that belongs to none of its tests: @BeforeAll, @AfterAll, or a "
						+ "constructor." + RULE + ". Move it to @BeforeEach, @AfterEach or the test.");
	}

}

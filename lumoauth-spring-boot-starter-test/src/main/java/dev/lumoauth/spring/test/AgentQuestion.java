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

import org.jspecify.annotations.Nullable;

/**
 * A question to LumoAuth.
 *
 * @param kind the kind of the question
 * @param about the capability or the audience; empty for the budget
 * @param answer LumoAuth's answer
 * @param resource the address that a token is for, in addition to the audience; or
 * {@code null}
 * @param user the user on whose behalf a token was exchanged, or {@code null}
 */
record AgentQuestion(Kind kind, String about, Answer answer, @Nullable String resource, @Nullable String user) {

	static AgentQuestion capability(String name, Answer answer) {
		return new AgentQuestion(Kind.CAPABILITY, name, answer, null, null);
	}

	static AgentQuestion budget(Answer answer) {
		return new AgentQuestion(Kind.BUDGET, "", answer, null, null);
	}

	boolean isAbout(String name) {
		return name.equals(this.about) || name.equals(this.resource);
	}

	@Override
	public String toString() {
		String what = switch (this.kind) {
			case CAPABILITY -> "asked for capability '" + this.about + "'";
			case EXCHANGE -> "exchanged a token for '" + this.about + "'"
					+ ((this.user != null) ? " on behalf of '" + this.user + "'" : "");
			case BUDGET -> "read the budget";
		};
		return what + ": " + switch (this.answer) {
			case YES -> (this.kind == Kind.CAPABILITY) ? "allowed" : "done";
			case NO -> "denied";
			case NONE -> "no answer, LumoAuth was unavailable";
		};
	}

	enum Kind {

		CAPABILITY, EXCHANGE, BUDGET

	}

	enum Answer {

		YES, NO, NONE

	}

}

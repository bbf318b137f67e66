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

package dev.lumoauth.spring.guard;

import dev.lumoauth.spring.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A guard's decision about a call, as metrics and audit events name it.
 *
 * @param code the decision in lower case, as it is written in tags: one of those below,
 * or the code of another {@link Refusal}
 * @since 0.1.0
 */
public record GuardDecision(String code) {

	/**
	 * The guarded code ran, with or without success.
	 */
	public static final GuardDecision ALLOW = new GuardDecision("allow");

	/**
	 * The agent lacks a capability.
	 */
	public static final GuardDecision DENY = new GuardDecision("deny");

	/**
	 * LumoAuth gave no answer.
	 */
	public static final GuardDecision UNAVAILABLE = new GuardDecision("unavailable");

	/**
	 * The code acts for a user, and there is no user.
	 */
	public static final GuardDecision NO_USER = new GuardDecision("no_user");

	/**
	 * The server behind the tool refused the agent.
	 */
	public static final GuardDecision NOT_PERMITTED = new GuardDecision("not_permitted");

	/**
	 * There is no tool of that name.
	 */
	public static final GuardDecision UNKNOWN_TOOL = new GuardDecision("unknown_tool");

	/**
	 * Return the guard's decision that a failure shows.
	 * @param failure the failure of guarded code
	 * @return the refusal behind the failure, which is never an {@link #ALLOW}, whatever
	 * its code says; {@code ALLOW} if there is none among the causes: the code ran and
	 * failed on its own
	 */
	public static GuardDecision of(@Nullable Throwable failure) {
		if (!(Refusal.find(failure) instanceof Refusal refusal)) {
			return ALLOW;
		}
		GuardDecision decision = new GuardDecision(refusal.code());
		return decision.equals(ALLOW) ? DENY : decision;
	}

}

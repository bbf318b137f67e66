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

package dev.lumoauth.spring.budget;

import java.util.Locale;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;

/**
 * Why a budget is not known: a code for programs and a text for people. Neither contains
 * text from outside.
 */
enum UnknownReason {

	NOT_READ("The budget has not been read yet."),

	OPENID_SCOPE_MISSING("LumoAuth returns the budget only for tokens with the scope 'openid': add openid to "
			+ "lumoauth.scopes (of a named agent: lumoauth.agents.<name>.scopes), or grant the scope to the agent "
			+ "in LumoAuth."),

	UNAUTHENTICATED("LumoAuth does not accept the agent's credentials: "
			+ "check lumoauth.client-id and what proves it, such as lumoauth.client-secret (of a named agent: those in "
			+ "lumoauth.agents.<name>)."),

	DENIED("LumoAuth does not let the agent read its budget."),

	RATE_LIMITED("LumoAuth accepts no more requests for a while."),

	BUDGET_EXCEEDED("LumoAuth says that the budget is spent and gives no figures."),

	LIMIT_UNREADABLE(
			"LumoAuth's budget_policy has a limit that can't be read: correct the agent's policy in LumoAuth."),

	USAGE_NOT_KEPT(
			"What the agent has used can't be saved, so a restart would forget it, and other replicas don't know "
					+ "it: see the log, and lumoauth.budget.file or lumoauth.budget.store."),

	PROTOCOL_ERROR("What answers at lumoauth.url is not LumoAuth, or does not know the tenant: check lumoauth.url, and "
			+ "lumoauth.tenant or lumoauth.org-id."),

	UNAVAILABLE("LumoAuth gives no answer. If that lasts, check lumoauth.url.");

	private final String text;

	UnknownReason(String text) {
		this.text = text;
	}

	String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	String text() {
		return this.text;
	}

	/**
	 * Return the text for a code.
	 * @param code a {@link #code()}
	 * @return its text
	 */
	static String text(String code) {
		return valueOf(code.toUpperCase(Locale.ROOT)).text();
	}

	static UnknownReason of(Throwable failure) {
		if (failure instanceof LumoAuthDeniedException denied) {
			return "insufficient_scope".equals(denied.getErrorCode()) ? OPENID_SCOPE_MISSING : DENIED;
		}
		if (failure instanceof LumoAuthAuthenticationException) {
			return UNAUTHENTICATED;
		}
		if (failure instanceof LumoAuthRateLimitedException) {
			return RATE_LIMITED;
		}
		if (failure instanceof LumoAuthBudgetExceededException) {
			return BUDGET_EXCEEDED;
		}
		return (failure instanceof LumoAuthProtocolException) ? PROTOCOL_ERROR : UNAVAILABLE;
	}

}

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

package dev.lumoauth.devserver.approval;

import java.util.Locale;

/**
 * The ways in which an agent can ask a person at LumoAuth.
 *
 * @since 0.1.0
 */
public enum ApprovalKind {

	/** {@code jit/request}: any user with the permission {@code jit.approve} decides. */
	JIT("jit_"),

	/** {@code agents/me/approvals}: the user on whose behalf the agent acts decides. */
	PUSH("push_"),

	/** {@code oauth/bc-authorize}: the user whom the request names decides. */
	CIBA("ciba_");

	private final String prefix;

	ApprovalKind(String prefix) {
		this.prefix = prefix;
	}

	String prefix() {
		return this.prefix;
	}

	/**
	 * The token of a push approval is a credential, and so is the id that a client polls
	 * with.
	 */
	boolean hasSecretHandle() {
		return this != JIT;
	}

	/**
	 * Returns the name in JSON.
	 * @return the name, in lower case
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT);
	}

}

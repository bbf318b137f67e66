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

package dev.lumoauth.spring.aauth.agent;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;

/**
 * Forgets AAuth tokens that LumoAuth has revoked, with their refresh tokens.
 *
 * @since 0.1.0
 */
public final class AAuthRevocations implements RevocationListener {

	private final AAuthUserTokens users;

	private final Supplier<Set<String>> names;

	/**
	 * Create the listener.
	 * @param users the tokens of users, which also give access to those of the agent
	 * @param names supplies the names of the agent's own tokens; empty = not all of them
	 * are known
	 */
	public AAuthRevocations(AAuthUserTokens users, Supplier<Set<String>> names) {
		this.users = users;
		this.names = names;
	}

	@Override
	public void revoked(Revocation revocation) {
		if (revocation.effect() != Revocation.Effect.DECISIONS) {
			Set<String> known = this.names.get();
			Set<String> all = new HashSet<>(known);
			if (!known.isEmpty()) {
				all.add(this.users.targets().agent().identifier());
			}
			this.users.forget(revocation.concerns(all), revocation::concerns);
		}
	}

}

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

package dev.lumoauth.spring.token;

import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * Whose tokens, and how to ask for them.
 *
 * @param credentials the agent's credentials
 * @param scopes the scopes of the agent's own token; empty = all that it has
 * @param targetParameter by which parameter an exchange names its target
 * @param authenticateExchange whether an exchange carries more than the client id
 * @param clock the clock
 * @param executor where tokens are renewed in the background
 * @param observations who observes
 * @param sharedTokens the tokens that replicas share; {@code null} = each has its own
 * @since 0.1.0
 */
public record TokenSettings(AgentCredentials credentials, Set<String> scopes, TargetParameter targetParameter,
		boolean authenticateExchange, Clock clock, Executor executor, TokenObservations observations,
		@Nullable SharedTokens sharedTokens) {

	public TokenSettings(AgentCredentials credentials, Set<String> scopes, TargetParameter targetParameter,
			boolean authenticateExchange, Clock clock, Executor executor) {
		this(credentials, scopes, targetParameter, authenticateExchange, clock, executor, TokenObservations.NONE, null);
	}

	public TokenSettings {
		// In the order given, which Set.copyOf does not keep.
		scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
	}

}

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

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.guard.GuardedCode;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.cache.TokenStatus;
import org.jspecify.annotations.Nullable;

/**
 * An agent's capabilities, as far as they are known without a request: the scopes of its
 * token, and the last answer of userinfo.
 *
 * @param name the agent's name under {@code lumoauth.agents}, or {@code null}
 * @param tokens its tokens
 * @param client asks LumoAuth about it
 */
record KnownCapabilities(@Nullable String name, LumoAuthTokens tokens, LumoAuthClient client) {

	Set<String> names() {
		Set<String> names = new TreeSet<>();
		this.tokens.statuses().stream().filter(TokenStatus::isOwn).forEach((token) -> names.addAll(token.scopes()));
		Set<String> claimed = this.client.lastCapabilities();
		if (claimed != null) {
			names.addAll(claimed);
		}
		return names;
	}

	Collection<GuardedCode> guarded(List<GuardedCode> all) {
		return all.stream().filter((code) -> Objects.equals(code.agent(), this.name)).toList();
	}

}

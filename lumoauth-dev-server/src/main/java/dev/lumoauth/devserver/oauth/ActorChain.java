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

package dev.lumoauth.devserver.oauth;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The {@code act} claim: who acts for the subject, the latest outermost (RFC 8693,
 * section 4.1).
 */
final class ActorChain {

	/** As many actors as LumoAuth allows. */
	static final int MAX_DEPTH = 3;

	private ActorChain() {
	}

	/**
	 * Puts an actor in front of those that the subject's token already names. Without an
	 * actor these stay as they are: an exchange must not wipe out who acted before.
	 */
	static @Nullable Map<String, Object> extend(@Nullable Map<String, Object> chain, @Nullable IssuedToken actor) {
		if (actor == null) {
			return chain;
		}
		Map<String, Object> extended = new LinkedHashMap<>();
		extended.put("sub", actor.subject());
		if (chain != null) {
			extended.put("act", chain);
		}
		if (depth(extended) > MAX_DEPTH) {
			throw OAuthErrors.error(OAuthErrors.DELEGATION_DEPTH_EXCEEDED,
					"More than %d agents would act one for another".formatted(MAX_DEPTH));
		}
		return extended;
	}

	private static int depth(@Nullable Object chain) {
		return (chain instanceof Map<?, ?> map) ? 1 + depth(map.get("act")) : 0;
	}

}

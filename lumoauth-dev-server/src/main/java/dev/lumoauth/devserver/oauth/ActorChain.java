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

import dev.lumoauth.devserver.config.ActorOrder;

/**
 * The {@code act} claim, which names the actors for the subject (RFC 8693, section 4.1).
 */
final class ActorChain {

	/** The maximum number of actors at LumoAuth. */
	static final int MAX_DEPTH = 3;

	private ActorChain() {
	}

	/**
	 * Adds an actor to the actors in the subject's token. Without an actor, these stay as
	 * they are, because an exchange must not remove previous actors.
	 */
	static @Nullable Map<String, Object> extend(ActorOrder order, @Nullable Map<String, Object> chain,
			@Nullable IssuedToken actor) {
		if (actor == null) {
			return chain;
		}
		Map<String, Object> extended = (order == ActorOrder.RFC8693) ? nest(actor.subject(), chain)
				: append(chain, actor.subject());
		if (depth(extended) > MAX_DEPTH) {
			throw OAuthErrors.error(OAuthErrors.DELEGATION_DEPTH_EXCEEDED,
					"More than %d agents would act for one another".formatted(MAX_DEPTH));
		}
		return extended;
	}

	private static Map<String, Object> append(@Nullable Map<?, ?> chain, String actor) {
		if (chain == null) {
			return nest(actor, null);
		}
		return nest(String.valueOf(chain.get("sub")), append((Map<?, ?>) chain.get("act"), actor));
	}

	private static Map<String, Object> nest(String actor, @Nullable Map<String, Object> inner) {
		Map<String, Object> outer = new LinkedHashMap<>();
		outer.put("sub", actor);
		if (inner != null) {
			outer.put("act", inner);
		}
		return outer;
	}

	private static int depth(@Nullable Object chain) {
		return (chain instanceof Map<?, ?> map) ? 1 + depth(map.get("act")) : 0;
	}

}

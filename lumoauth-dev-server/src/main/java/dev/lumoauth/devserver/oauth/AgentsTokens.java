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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.springframework.stereotype.Component;

/**
 * The tokens that an agent is known to have, because it has exchanged them. An agent with
 * a user's token could use it to decide about its own requests. The last 10,000 are
 * remembered, as many as are stored. Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class AgentsTokens {

	private static final int MAX_TOKENS = 10_000;

	private final Set<String> ids = Collections
		.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<String, Boolean>() {

			@Override
			protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
				return size() > MAX_TOKENS;
			}

		}));

	void add(IssuedToken token) {
		this.ids.add(token.id());
	}

	/**
	 * Returns whether an agent has a token.
	 * @param token the token
	 * @return whether it has exchanged it
	 */
	public boolean contains(IssuedToken token) {
		return this.ids.contains(token.id());
	}

}

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

package dev.lumoauth.spring.vault;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.lumoauth.spring.http.Origin;

/**
 * A third party whose tokens LumoAuth keeps for the agent and its users.
 *
 * @param name the application's name for it, such as {@code github}
 * @param connectionId the connection's id at LumoAuth
 * @param origins the addresses to which its tokens may be sent; only scheme, host and
 * port are used; none = its tokens are attached to no request
 * @param actsFor whose account is used
 * @since 0.1.0
 */
public record ThirdParty(String name, String connectionId, List<URI> origins, ActsFor actsFor) {

	public ThirdParty {
		origins = List.copyOf(origins);
	}

	/**
	 * Return the only addresses to which its tokens may be sent.
	 * @throws IllegalArgumentException if an address is neither {@code https} nor on a
	 * loopback host
	 */
	Set<Origin> places() {
		return this.origins.stream().map(Origin::of).collect(Collectors.toUnmodifiableSet());
	}

}

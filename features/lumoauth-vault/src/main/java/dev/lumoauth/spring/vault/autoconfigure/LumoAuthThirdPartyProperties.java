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

package dev.lumoauth.spring.vault.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.spring.vault.ActsFor;
import org.jspecify.annotations.Nullable;

/**
 * A third party whose tokens LumoAuth keeps, {@code lumoauth.connections.<name>}.
 *
 * @since 0.1.0
 */
public class LumoAuthThirdPartyProperties {

	/**
	 * Id of the connection at LumoAuth.
	 */
	private @Nullable String connectionId;

	/**
	 * Addresses to which the third party's tokens may be sent; only scheme, host and port
	 * are used. They have to be https, unless the host is a loopback address.
	 */
	private List<String> origins = new ArrayList<>();

	/**
	 * Whose account at the third party is used.
	 */
	private ActsFor actsFor = ActsFor.AGENT;

	public @Nullable String getConnectionId() {
		return this.connectionId;
	}

	public void setConnectionId(@Nullable String connectionId) {
		this.connectionId = connectionId;
	}

	public List<String> getOrigins() {
		return this.origins;
	}

	public void setOrigins(List<String> origins) {
		this.origins = origins;
	}

	public ActsFor getActsFor() {
		return this.actsFor;
	}

	public void setActsFor(ActsFor actsFor) {
		this.actsFor = actsFor;
	}

}

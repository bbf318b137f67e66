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

package dev.lumoauth.spring.mcp;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.TokenTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * The target that a server names in its metadata: read when it is first needed, and once.
 * A failure is remembered for a few seconds, so that not every waiting caller asks a
 * server that is down.
 */
final class DiscoveredTarget implements Supplier<TokenTarget> {

	static final Duration FAILURE_TTL = Duration.ofSeconds(5);

	private final McpConnectionAddress endpoint;

	private final ProtectedResourceMetadata metadata;

	private final Clock clock;

	private final SingletonSupplier<TokenTarget> target = SingletonSupplier.of(this::read);

	private volatile @Nullable LumoAuthUnavailableException failure;

	private volatile Instant failedAt = Instant.MIN;

	DiscoveredTarget(McpConnectionAddress endpoint, ProtectedResourceMetadata metadata, Clock clock) {
		this.endpoint = endpoint;
		this.metadata = metadata;
		this.clock = clock;
	}

	@Override
	public TokenTarget get() {
		return this.target.obtain();
	}

	private TokenTarget read() {
		LumoAuthUnavailableException known = this.failure;
		if (known != null && this.clock.instant().isBefore(this.failedAt.plus(FAILURE_TTL))) {
			throw new LumoAuthUnavailableException(String.valueOf(known.getMessage()), known);
		}
		try {
			ProtectedResourceMetadata.Resource resource = this.metadata.resourceOf(this.endpoint);
			McpConnection connection = this.endpoint.connection();
			return new TokenTarget((connection.audience() != null) ? connection.audience() : resource.id(),
					resource.id(), connection.scopes(), resource.dpopRequired());
		}
		catch (LumoAuthUnavailableException ex) {
			this.failure = ex;
			this.failedAt = this.clock.instant();
			throw ex;
		}
	}

}

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

package dev.lumoauth.spring.workload;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Excerpt;

/**
 * Checks a token that the platform issues unasked. The platform has to replace it. Its
 * audience may be another server's, and anyone who receives such a token can use it there
 * (RFC 8725 section 3.9).
 */
final class AudienceCheck implements PlatformTokenSource {

	/** AWS ("IAM roles for service accounts") and Microsoft Entra Workload ID. */
	private static final Set<String> OF_CLOUDS = Set.of("sts.amazonaws.com", "api://AzureADTokenExchange");

	private static final Log logger = LogFactory.getLog(PlatformTokens.class);

	private final PlatformTokenSource source;

	private final @Nullable String audience;

	private final String property;

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Create a check.
	 * @param source the source
	 * @param settings the audience that the tokens need; no audience means that any is
	 * accepted
	 */
	AudienceCheck(PlatformTokenSource source, PlatformTokens.Settings settings) {
		this.source = source;
		this.audience = settings.audience();
		this.property = settings.property("audience");
	}

	@Override
	public String token() {
		String token = this.source.token();
		List<String> audience = CompactJwt.audience(token);
		if (CompactJwt.isForApiServer(token)) {
			throw new LumoAuthUnavailableException("The token of " + this.source + " is not sent to LumoAuth: it has "
					+ CompactJwt.claims(token) + ", so it is for the cluster's API server. Anyone who has the token "
					+ "can act in the cluster. Set 'audience' of the projected volume to an audience that is "
					+ "LumoAuth's alone, and set " + this.property + " to the same", null);
		}
		if (this.audience != null && !audience.contains(this.audience)) {
			throw new LumoAuthUnavailableException("The token of " + this.source + " is not sent to LumoAuth: it has "
					+ CompactJwt.claims(token) + ", and " + this.property + " is '" + this.audience
					+ "'. Have the platform issue it for that audience, or correct the property", null);
		}
		if (this.audience == null && audience.stream().anyMatch(OF_CLOUDS::contains)
				&& this.warned.compareAndSet(false, true)) {
			logger.warn("LumoAuth is sent a token for '" + Excerpt.of(String.join("', '", audience)) + "' from "
					+ this.source + ": anyone who has the token can act in that cloud as this workload. Have the "
					+ "platform issue a token for a separate audience, and set " + this.property + " to that audience");
		}
		return token;
	}

	@Override
	public String toString() {
		return this.source.toString();
	}

}

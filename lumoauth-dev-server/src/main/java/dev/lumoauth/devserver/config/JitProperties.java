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

package dev.lumoauth.devserver.config;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings for just-in-time permissions in the configuration file.
 *
 * @param taskLifetime Time after which a task ends, together with its tokens.
 * @param requestLifetime Time in which a person can decide about a request.
 * @param maxDenials Denied requests after which a task is suspended.
 * @param tellsExpiry Whether a request's status becomes "expired", as in LumoAuth's older
 * documents. In the newer ones the status stays "pending", with "expires_at" in the past.
 * @param rules Rules that say how risky a request is. The first matching rule counts. If
 * no rule matches, the request is judged as LumoAuth's documents describe.
 * @since 0.1.0
 */
public record JitProperties(@DefaultValue("1h") Duration taskLifetime, @DefaultValue("5m") Duration requestLifetime,
		@DefaultValue("3") int maxDenials, @DefaultValue("false") boolean tellsExpiry,
		@DefaultValue List<RiskRule> rules) {

	public JitProperties {
		if (taskLifetime.toSeconds() < 1 || requestLifetime.toSeconds() < 1) {
			throw new IllegalArgumentException("a lifetime in 'jit' is shorter than a second");
		}
		if (maxDenials < 1) {
			throw new IllegalArgumentException("'jit.max-denials' is less than 1");
		}
		rules = List.copyOf(rules);
	}

}

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

package dev.lumoauth.spring.client;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.http.LumoAuthAddresses;

/**
 * The agent's claims ({@code oauth/userinfo}, OpenID Connect Core section 5.3). Newer
 * LumoAuth wants the {@code openid} scope for it and otherwise answers 403,
 * {@code insufficient_scope}.
 */
final class UserInfoApi {

	private final ApiCalls calls;

	private final URI userinfo;

	private volatile @Nullable Set<String> lastCapabilities;

	UserInfoApi(ApiCalls calls, LumoAuthAddresses addresses) {
		this.calls = calls;
		this.userinfo = addresses.userinfo();
	}

	UserInfo userinfo() {
		return this.calls.get(this.userinfo, (answer) -> {
			String subject = answer.text("sub");
			if (subject == null) {
				throw answer.malformed("it has no 'sub'");
			}
			UserInfo userInfo = new UserInfo(subject, answer.texts("capabilities"), budgetPolicy(answer));
			this.lastCapabilities = userInfo.capabilities();
			return userInfo;
		});
	}

	@Nullable Set<String> lastCapabilities() {
		return this.lastCapabilities;
	}

	private static @Nullable Map<String, Object> budgetPolicy(ApiAnswer answer) {
		Object policy = answer.fields().get("budget_policy");
		if (policy == null) {
			return null;
		}
		if (!(policy instanceof Map<?, ?> fields)) {
			throw answer.malformed("its 'budget_policy' is not an object");
		}
		Map<String, Object> known = new LinkedHashMap<>();
		fields.forEach((name, value) -> {
			if (name instanceof String text && value != null) {
				known.put(text, value);
			}
		});
		return Collections.unmodifiableMap(known);
	}

}

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

package dev.lumoauth.devserver.api;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;

import dev.lumoauth.devserver.web.ApiException;

/**
 * Finds the subject of a request: the caller, unless the request names another one in
 * {@code subject}, or a user in {@code user_id} as LumoAuth's older SDKs do.
 */
final class AskedSubject {

	/** The permission that a caller needs to ask about another subject. */
	private static final List<String> ASK_ABOUT_OTHERS = List.of("authz:check", "authz.check");

	private AskedSubject() {
	}

	static Subject of(Caller caller, @Nullable Name subject, @Nullable Object userId) {
		if (subject != null && userId != null) {
			throw missing("'subject' and 'user_id' both name a subject");
		}
		if (subject != null) {
			return of(caller, subject);
		}
		return (userId != null) ? permit(caller, Subject.find(caller.tenant(), Subject.USER, text(userId)))
				: caller.subject();
	}

	static Subject of(Caller caller, @Nullable Name subject) {
		if (subject == null || !StringUtils.hasText(subject.type()) || !StringUtils.hasText(subject.id())) {
			throw missing("'subject' needs 'type' and 'id'");
		}
		return permit(caller, Subject.find(caller.tenant(), subject.type(), subject.id()));
	}

	private static Subject permit(Caller caller, Subject subject) {
		if (!subject.isSame(caller.subject()) && ASK_ABOUT_OTHERS.stream().noneMatch(caller::has)) {
			throw ApiException.api(HttpStatus.FORBIDDEN, "insufficient_permissions",
					"Only a caller with 'authz:check' may ask about another subject");
		}
		return subject;
	}

	/** A text in LumoAuth's newer versions, a number in older ones. */
	private static String text(Object userId) {
		if (!(userId instanceof String || userId instanceof Integer || userId instanceof Long)
				|| !StringUtils.hasText(userId.toString())) {
			throw missing("'user_id' is not an id");
		}
		return userId.toString();
	}

	private static ApiException missing(String text) {
		return ApiException.authz(HttpStatus.BAD_REQUEST, "MISSING_FIELDS", text);
	}

	/**
	 * The JSON object that names a subject.
	 */
	record Name(@Nullable String type, @Nullable String id) {

	}

}

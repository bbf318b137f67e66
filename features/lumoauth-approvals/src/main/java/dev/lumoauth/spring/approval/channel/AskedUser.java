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

package dev.lumoauth.spring.approval.channel;

import java.util.Map;

import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.user.IdentifiedCaller;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.TokenNames;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The user who is asked, for channels that name the user to LumoAuth: the user on whose
 * behalf the call is made, directly or by a caller of the application as a server. If a
 * call is not made on behalf of a user, the configured approver is asked. If the name of
 * the user isn't known, no other person is asked instead.
 */
final class AskedUser {

	static final String NOBODY = "Error: nobody can be asked to approve this call.";

	private AskedUser() {
	}

	/**
	 * Return the user to ask.
	 * @param question the question, asked in the scope of the user
	 * @return an e-mail address or an id
	 * @throws NobodyToAskException if nobody is named
	 */
	static String of(ApprovalQuestion question) {
		UserToken token = UserScope.current();
		if (token != null) {
			String name = name(token);
			if (name != null) {
				return name;
			}
			throw new NobodyToAskException("Nobody can be asked to approve '" + question.approval().tool()
					+ "': the token of the user on whose behalf it is called doesn't say who the user is. Set "
					+ "lumoauth.approvals.channel=jit, so that LumoAuth decides who is asked, or use tokens with "
					+ "the claim 'email' or 'sub'", NOBODY);
		}
		IdentifiedCaller caller = IdentifiedCaller.current();
		String user = (caller != null) ? caller.user() : null;
		if (user != null) {
			return user;
		}
		if (!StringUtils.hasText(question.approver())) {
			throw new NobodyToAskException("Nobody can be asked to approve '" + question.approval().tool()
					+ "', since it is not called on behalf of a user. Set lumoauth.approvals.approver to the e-mail "
					+ "address or the id of a user at LumoAuth, or call it on behalf of a user", NOBODY);
		}
		return question.approver();
	}

	/**
	 * The claims are not verified: LumoAuth asks the user whom it knows by that name, and
	 * that user decides.
	 */
	private static @Nullable String name(UserToken user) {
		Map<String, Object> claims = TokenNames.claims(user.value()).getClaims();
		return (text(claims, "email") != null) ? text(claims, "email") : text(claims, "sub");
	}

	private static @Nullable String text(Map<String, Object> claims, String name) {
		return (claims.get(name) instanceof String text && StringUtils.hasText(text)) ? text : null;
	}

	/**
	 * Return the exception for a user whom LumoAuth does not know.
	 */
	static NobodyToAskException unknown(ApprovalQuestion question) {
		return new NobodyToAskException("Nobody can be asked to approve '" + question.approval().tool()
				+ "': LumoAuth does not know the user who should be asked. Check lumoauth.approvals.approver. If it "
				+ "is called on behalf of a user, check that this user belongs to LumoAuth's tenant", NOBODY);
	}

}

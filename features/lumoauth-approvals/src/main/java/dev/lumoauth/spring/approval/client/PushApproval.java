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

package dev.lumoauth.spring.approval.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The state of a user's approval ({@code agents/me/approvals/{token}/status}).
 *
 * @param token the approval's id, which is a secret; {@code null} if the user was only
 * sent an e-mail, so that nothing can be decided
 * @param status one of LumoAuth's values: pending, approved, denied, expired. Another
 * value counts as not decided
 * @param expiresAt until when the approval can be decided, or an approved call can run;
 * {@code null} if LumoAuth does not say
 * @param approvedBy the user who approved; {@code null} if nobody has, or LumoAuth does
 * not say
 * @since 0.1.0
 */
public record PushApproval(@Nullable String token, String status, @Nullable Instant expiresAt,
		@Nullable String approvedBy) {

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "PushApproval[" + this.status + "]";
	}

}

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

package dev.lumoauth.spring.approval;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a channel puts to a person.
 *
 * @param approval the request, whose call and reason the person sees
 * @param shownArguments the arguments as the person has to see them: all of them, with
 * those that are redacted hidden. A channel that can't show them all throws
 * {@link CallNotShownException#tooLong}
 * @param ttl how long the approval should last
 * @param approver the user who is asked if the call is not made on behalf of a user: an
 * e-mail address or an id; {@code null} to let LumoAuth choose
 * @since 0.1.0
 */
public record ApprovalQuestion(Approval approval, Map<String, @Nullable Object> shownArguments, Duration ttl,
		@Nullable String approver) {

	/**
	 * Without the arguments and the approver.
	 */
	@Override
	public String toString() {
		return "ApprovalQuestion[" + this.approval + "]";
	}

}

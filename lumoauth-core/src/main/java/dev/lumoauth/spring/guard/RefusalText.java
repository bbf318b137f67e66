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

package dev.lumoauth.spring.guard;

import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.user.UserRequiredException;
import org.jspecify.annotations.Nullable;

/**
 * The text that a model reads instead of a tool's answer: that of the refusal, or one of
 * those that only entry points know.
 *
 * @since 0.1.0
 */
public final class RefusalText {

	/**
	 * What a model reads when LumoAuth gave no answer, for whatever reason.
	 */
	public static final String UNAVAILABLE = Refusal.UNAVAILABLE;

	/**
	 * What a model reads when the server behind a tool refused the agent with a valid
	 * token (403), or when no rule of the application names the tool.
	 */
	public static final String NOT_PERMITTED = Refusal.NOT_PERMITTED;

	/**
	 * What a model reads when a tool acts for a user and there is no user.
	 */
	public static final String NO_USER = UserRequiredException.MODEL_TEXT;

	/**
	 * What a model reads when the server that runs a tool can't be reached.
	 */
	public static final String SERVER_UNAVAILABLE = "Error: the tool's server is unavailable; try again later.";

	/**
	 * What a model reads when it calls a tool that does not exist.
	 */
	public static final String UNKNOWN_TOOL = "Error: there is no tool of that name.";

	private RefusalText() {
	}

	/**
	 * Return the text for a refusal that is a cause of a tool's failure.
	 * @param failure the failure of the tool
	 * @return the text, or {@code null} if there is no refusal among the causes
	 */
	public static @Nullable String of(@Nullable Throwable failure) {
		return (Refusal.find(failure) instanceof Refusal refusal) ? refusal.modelText() : null;
	}

}

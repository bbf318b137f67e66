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

package dev.lumoauth.spring.adk;

import com.google.adk.sessions.Session;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

/**
 * Knows whose session it is. ADK takes a session's user id from whoever starts a run, and
 * verifies nothing. So the application says by this interface how it has verified the
 * user: for instance, it starts runs only with the user id of the signed-in user, and
 * finds that user's access token here.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SessionUser {

	/**
	 * Find the access token of a session's user. Called for each call of a tool, on the
	 * thread of that call. May block.
	 * @param session the session; an agent that runs as a tool has one of its own, whose
	 * user id is ADK's, and then acts for the user of the outer session
	 * @return a token that LumoAuth accepts as the subject of an exchange, of a user whom
	 * the application has verified; {@code null} for nobody
	 */
	@Nullable UserToken of(Session session);

}

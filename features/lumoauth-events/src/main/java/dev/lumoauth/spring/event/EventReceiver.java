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

package dev.lumoauth.spring.event;

import java.util.List;
import java.util.function.Function;

/**
 * Receives the events that LumoAuth sends to one address of the application, verifies
 * them and passes them on; the caller only translates. It may wait for LumoAuth's keys,
 * so it must not run on an event loop.
 *
 * @since 0.1.0
 */
public interface EventReceiver {

	/**
	 * The length of the longest body that is accepted.
	 */
	int MAX_BYTES = 64 * 1024;

	/**
	 * Take a request.
	 * @param headers gives the values of a header, none for one that is not there
	 * @param body the body as it came. Of a longer body than {@link #MAX_BYTES}, one byte
	 * more than that is enough
	 * @return what to answer
	 */
	EventReply receive(Function<String, List<String>> headers, byte[] body);

}

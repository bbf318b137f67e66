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

package dev.lumoauth.mcpserver.launch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ParentWatch}.
 */
class ParentWatchTests {

	@Test
	void waitsUntilTheStreamEnds() throws Exception {
		PipedOutputStream parent = new PipedOutputStream();
		CompletableFuture<Void> end;
		try (PipedInputStream stream = new PipedInputStream(parent)) {
			end = CompletableFuture.runAsync(() -> ParentWatch.awaitEnd(stream));
			parent.write("still here\n".getBytes());
			parent.flush();
			assertThat(end).isNotDone();
			parent.close();
			end.get(60, TimeUnit.SECONDS);
		}
		assertThat(end).isCompleted();
	}

	@Test
	void takesAFailureForTheEnd() {
		ParentWatch.awaitEnd(new InputStream() {
			@Override
			public int read() throws IOException {
				throw new IOException("closed");
			}
		});
		ParentWatch.awaitEnd(new ByteArrayInputStream(new byte[0]));
	}

}

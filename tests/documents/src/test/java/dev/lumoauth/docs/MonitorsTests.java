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

package dev.lumoauth.docs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That nothing waits while it holds a monitor: up to Java 23 a virtual thread that does
 * keeps its carrier thread. Follows calls from {@code synchronized} code through this
 * library's classes.
 */
class MonitorsTests {

	private static final Pattern WAITS = Pattern.compile("java/net/http/HttpClient\\.send"
			+ "|java/util/concurrent/(CompletableFuture|Future|CompletionStage)\\.(get|join)"
			+ "|java/util/concurrent/(CountDownLatch|locks/Condition|Semaphore)\\.(await|acquire)"
			+ "|java/lang/Thread\\.(sleep|join)|java/lang/Object\\.wait|java/io/InputStream\\..*"
			+ "|org/springframework/web/client/.*|org/springframework/http/client/.*"
			+ "|org/springframework/security/oauth2/client/.*|org/springframework/data/redis/.*"
			+ "|reactor/core/publisher/(Mono|Flux)\\.block.*"
			+ "|dev/lumoauth/spring/(client/.*Api|http/LumoAuthHttp|http/Pause|redis/SharedTokenStore)\\..*"
			// What is handed in may do anything.
			+ "|java/util/function/Supplier\\.get|java/util/concurrent/Callable\\.call|java/lang/Runnable\\.run"
			+ "|dev/lumoauth/spring/.*(Listener|Source|Loader)\\..*");

	@Test
	void nothingWaitsThatHoldsAMonitor() throws Exception {
		Map<String, Code> methods = new HashMap<>();
		Path root = Path.of("..", "..");
		for (String module : List.of("lumoauth-core", "lumoauth-spring-ai", "lumoauth-spring-boot-autoconfigure")) {
			readAll(root.resolve(module), methods);
		}
		for (Path folder : List.of(root.resolve("features"), root.resolve("frameworks"))) {
			for (Path module : Repository.list(folder)) {
				if (Files.exists(module.resolve(Path.of("target", "classes")))) {
					readAll(module, methods);
				}
			}
		}
		assertThat(methods.values()).anyMatch((code) -> !code.guarded.isEmpty());
		assertThat(waiting(methods)).allMatch(MonitorsTests::makesTheEstimator);
	}

	/**
	 * Which is computed, once, from a resource of a jar.
	 */
	private static boolean makesTheEstimator(String found) {
		return found.matches(
				".*/budget/chat/ModelCallUsage\\.(completed|cancelled|failed)\\(.* calls java/util/function/Supplier\\.get\\(.*");
	}

	@Test
	void findsWhatWaits() throws Exception {
		Map<String, Code> methods = new HashMap<>();
		read(Path.of(getClass().getProtectionDomain().getCodeSource().getLocation().toURI())
			.resolve(Waiting.class.getName().replace('.', '/') + ".class"), methods);
		assertThat(waiting(methods)).hasSize(2)
			.anyMatch((found) -> found.contains("Waiting.all") && found.contains("Supplier.get"))
			.anyMatch((found) -> found.contains("Waiting.block") && found.contains("Thread.sleep"));
	}

	private static Set<String> waiting(Map<String, Code> methods) {
		Set<String> waiting = new TreeSet<>();
		methods.forEach((name, code) -> {
			Set<String> seen = new HashSet<>();
			Deque<String> calls = new ArrayDeque<>(code.guarded);
			while (!calls.isEmpty()) {
				String call = calls.pop();
				if (!seen.add(call)) {
					continue;
				}
				if (WAITS.matcher(call.substring(0, call.indexOf('('))).matches()) {
					waiting.add(name + " holds a monitor and calls " + call);
				}
				else if (methods.containsKey(call)) {
					calls.addAll(methods.get(call).all);
				}
			}
		});
		return waiting;
	}

	private static void readAll(Path module, Map<String, Code> methods) throws IOException {
		try (Stream<Path> files = Files.walk(module.resolve(Path.of("target", "classes")))) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".class")).toList()) {
				read(file, methods);
			}
		}
	}

	private static void read(Path file, Map<String, Code> methods) throws IOException {
		try (InputStream bytes = Files.newInputStream(file)) {
			ClassReader reader = new ClassReader(bytes);
			reader.accept(new ClassVisitor(SpringAsmInfo.ASM_VERSION) {
				@Override
				public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
						String[] exceptions) {
					Code code = new Code((access & Opcodes.ACC_SYNCHRONIZED) != 0);
					methods.put(reader.getClassName() + "." + name + descriptor, code);
					return code;
				}
			}, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
		}
	}

	/**
	 * The calls of a method, and those between its first {@code monitorenter} and its
	 * last {@code monitorexit}: a block may be left in several places.
	 */
	private static final class Code extends MethodVisitor {

		private final List<String> all = new ArrayList<>();

		private final List<String> guarded = new ArrayList<>();

		private final List<String> open = new ArrayList<>();

		private final boolean isSynchronized;

		private boolean entered;

		private Code(boolean isSynchronized) {
			super(SpringAsmInfo.ASM_VERSION);
			this.isSynchronized = isSynchronized;
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			String call = owner + "." + name + descriptor;
			this.all.add(call);
			if (this.isSynchronized) {
				this.guarded.add(call);
			}
			else if (this.entered) {
				this.open.add(call);
			}
		}

		@Override
		public void visitInsn(int opcode) {
			if (opcode == Opcodes.MONITORENTER) {
				this.entered = true;
			}
			else if (opcode == Opcodes.MONITOREXIT) {
				this.guarded.addAll(this.open);
				this.open.clear();
			}
		}

	}

	static final class Waiting {

		synchronized void all(Supplier<String> supplier) {
			inner(supplier);
		}

		private void inner(Supplier<String> supplier) {
			supplier.get();
		}

		void block() throws InterruptedException {
			synchronized (this) {
				if (hashCode() == 1) {
					return;
				}
				Thread.sleep(1);
			}
		}

		void outside() throws InterruptedException {
			synchronized (this) {
				hashCode();
			}
			Thread.sleep(1);
		}

	}

}
